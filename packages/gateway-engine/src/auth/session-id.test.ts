import type { JsonObject } from '@stagegate/core-transforms';
import { describe, expect, test } from 'vitest';
import { loggedSessionId, readSessionId, type CallHeaders } from './session-id.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACED = { traceparent: `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01` };

function headersFrom(headers: Readonly<Record<string, string>>): CallHeaders {
  return { header: (name) => headers[name], headerNames: () => Object.keys(headers) };
}

describe('the session of a call', () => {
  test.each<[string, Record<string, string>, JsonObject, string | undefined]>([
    ['of nobody', {}, {}, undefined],
    ['the trace’s header before the session’s', { 'x-litellm-session-id': 's', 'x-litellm-trace-id': 't' }, {}, 't'],
    ['a header before the body', { 'x-litellm-session-id': 's' }, { litellm_session_id: 'b' }, 's'],
    ['a vendor’s header', { 'x-claude-code-session-id': 'e96634a3-fa28' }, {}, 'e96634a3-fa28'],
    ['no vendor’s that is no id', { 'x-vendor-session-id': 'a b c d e f g' }, { metadata: { session_id: 'm' } }, 'm'],
    ['Codex’s', { 'user-agent': 'codex_cli_rs/0.1', 'thread-id': 'thread-0001' }, {}, 'thread-0001'],
    ['not that of others', { 'user-agent': 'curl/8', 'thread-id': 'thread-0001' }, {}, undefined],
    ['without a vendor', { 'x-session-id': 'session-0001' }, {}, 'session-0001'],
    ['Claude Code’s user', {}, { metadata: { user_id: 'user_1_account_2_session_abc-3', session_id: 'm' } }, 'abc-3'],
    ['the same as an object', {}, { metadata: { user_id: { session_id: 'abc-3' } } }, 'abc-3'],
    ['the body’s own', {}, { litellm_session_id: 'b', metadata: { session_id: 'm' } }, 'b'],
    ['LiteLLM’s metadata first', {}, { litellm_metadata: { session_id: 'l' }, metadata: { session_id: 'm' } }, 'l'],
    ['no number, and nothing empty', {}, { litellm_session_id: '', metadata: { session_id: 7 } }, undefined],
    ['baggage where nothing else says it', { baggage: 'user.id=1, session.id = b-1 ' }, {}, 'b-1'],
    ['metadata before baggage', { baggage: 'session.id=b-1' }, { metadata: { session_id: 'm' } }, 'm'],
    ['no trace', TRACED, { litellm_trace_id: 't' }, undefined],
  ])('%s', (_, headers, body, expected) => {
    expect(readSessionId(headersFrom(headers), body)).toBe(expected);
  });

  test.each<[Record<string, string>, JsonObject, string, string, string | null]>([
    [{}, {}, 'call', 'call', null],
    [TRACED, {}, TRACE, TRACE, null],
    [{ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }, {}, 'call', 'call', null],
    [TRACED, { metadata: { session_id: 'm' } }, TRACE, 'm', 'm'],
    [TRACED, { metadata: { trace_id: 't' } }, 't', 't', null],
    [{}, { litellm_trace_id: 't', metadata: { trace_id: 'u', session_id: 'm' } }, 't', 'm', 'm'],
    [{ 'x-litellm-session-id': 's' }, { litellm_trace_id: 't' }, 's', 's', 's'],
  ])('%o %o is logged', (headers, body, unsaid, generated, omitted) => {
    const logged = (missingSession?: 'generate' | 'omit'): string | null =>
      loggedSessionId(headersFrom(headers), body, 'call', missingSession === undefined ? {} : { missingSession });
    expect([logged(), logged('generate'), logged('omit')]).toStrictEqual([unsaid, generated, omitted]);
  });
});
