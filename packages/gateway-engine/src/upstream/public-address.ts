import { BlockList, isIP } from 'node:net';

/**
 * Blocks of IPv4 that lead to no host of the public internet, or to a cloud's own services.
 *
 * source: IANA's registry of special-purpose addresses, read 2026-11-29; 168.63.129.16 is Azure's.
 */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** The public part of IPv6 … */
const GLOBAL_IPV6 = '2000::/3';
/** … without blocks for protocols (Teredo among them), documentation, IPv4 in IPv6 (6to4), and a registry's own. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const specialIpv4 = toBlockList(SPECIAL_IPV4, 'ipv4');
const globalIpv6 = toBlockList([GLOBAL_IPV6], 'ipv6');
const specialIpv6 = toBlockList(SPECIAL_IPV6, 'ipv6');

/** Whether an IP address, as `dns.lookup` or a URL gives it, belongs to the public internet. False for anything that is no address. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !specialIpv4.check(address, 'ipv4');
    case 6:
      return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
    default:
      return false;
  }
}

function toBlockList(blocks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', prefix = ''] = block.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
