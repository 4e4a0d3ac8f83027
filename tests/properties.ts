import fc from 'fast-check';

// In CI a property is asked the same questions every time, so that a change is judged by what it changes and not by luck.
// Elsewhere, and with `npm test -- --full`, every run asks new ones.
if (['1', 'true'].includes(process.env['CI'] ?? '') && process.env['STAGEGATE_FULL'] !== '1') fc.configureGlobal({ seed: 1_106 });
