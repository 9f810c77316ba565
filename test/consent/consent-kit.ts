import { expectNoErrors, gql, item, seed } from '../kit/index.js';
import type { Asking, ChannelInput, ItemInput, TestServer } from '../kit/index.js';

const CHANNELS = `query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) { channels { nodes {
  type endpoint isActive isReachable verifiedAt verifiedBy firstSeenAt lastSeenAt source { key }
  consents { purpose: purposeKey state at expiresAt legalBasis evidence source { key } } } } } }`;

/** An item about a person that tells of channels. */
export function telling(who: string, channels: ChannelInput[], rest: Partial<ItemInput> = {}): ItemInput {
  return item({ external: who }, { ...rest, channels });
}

export async function tell(
  server: TestServer,
  who: string,
  channels: ChannelInput[],
  rest: Partial<ItemInput> = {},
  asking: Asking = {},
): Promise<void> {
  await seed(server, [telling(who, channels, rest)], asking);
}

export async function channelsOf(server: TestServer, who: string, asking: Asking = {}) {
  const { profileByIdentifier } = expectNoErrors(await gql(server, CHANNELS, { value: who }, asking));
  return profileByIdentifier?.channels.nodes;
}

/** What stands for a purpose on each channel, in the order of the alphabet: `EMAIL ada@example.com: GRANTED`. */
export async function statesOf(server: TestServer, who: string, purpose = 'marketing'): Promise<string[]> {
  const query = `query ($value: String!, $purpose: String!) { profileByIdentifier(namespace: "external", value: $value) {
    channels { nodes { type endpoint consent(purpose: $purpose) { purpose: purposeKey state } } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(server, query, { value: who, purpose }));
  return profileByIdentifier.channels.nodes
    .map(
      (channel: { type: string; endpoint: string; consent: { state: string } }) =>
        `${channel.type} ${channel.endpoint}: ${channel.consent.state}`,
    )
    .sort();
}
