import { sources } from '../access/index.js';
import type { RequestContext } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { MASK, shardOfId } from '../platform/index.js';
import { Profile } from '../profiles/profile.type.js';
import type { ChannelRow, ConsentRow, LedgerRow } from './consent.reads.js';
import { ChannelNode } from './consent.type.js';
import type { ConsentChangeType, ConsentType } from './consent.type.js';
import { PurposeType } from './purpose.type.js';
import { purposes } from './purposes.js';

/** Makes channels and consents as the viewer may see them. */
export interface Showing {
  consent: (row: ConsentRow) => ConsentType;
  /** Where nothing valid is known of a purpose. */
  unknown: (purposeKey: string) => ConsentType;
  channel: (row: ChannelRow) => ChannelNode;
  change: (row: LedgerRow) => ConsentChangeType;
}

export async function showingTo(context: RequestContext): Promise<Showing> {
  const tx = await context.reading();
  const [knownSources, knownPurposes] = [await sources.read(tx), await purposes.read(tx)];
  const { seesPersonal, workspaceId } = context;
  const sourceOf = ({ sourceId }: { sourceId: string }) => {
    const source = knownSources.get(sourceId);
    return SourceType.of(source);
  };
  const named = (key: string) => {
    const purpose = knownPurposes.get(key);
    return { purpose: purpose ? new PurposeType(purpose) : null, purposeKey: key };
  };
  const masked = (endpoint: string) => ({
    endpoint: seesPersonal ? endpoint : MASK,
    isMasked: !seesPersonal,
  });
  const consent = (row: ConsentRow): ConsentType => ({
    ...named(row.purpose),
    state: row.state,
    at: new Date(row.at),
    expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt),
    legalBasis: row.legalBasis,
    evidence: seesPersonal ? row.evidence : null,
    source: sourceOf(row),
  });
  return {
    consent,
    unknown: (key) => ({
      ...named(key),
      ...{ state: 'UNKNOWN', at: null, expiresAt: null, legalBasis: null, evidence: null, source: null },
    }),
    channel: ({ id, profileId, endpoint, consents, sourceId, ...row }) =>
      Object.assign(new ChannelNode(id), row, masked(endpoint), {
        profile: new Profile({ id: profileId, shard: shardOfId(workspaceId, profileId) }),
        source: sourceOf({ sourceId }),
        consents: consents.map(consent),
      }),
    change: (row) => ({
      ...consent(row),
      ...masked(row.endpoint),
      channelType: row.type,
      receivedAt: row.receivedAt,
      backing: row.backing,
      of: { profileId: row.profileId, type: row.type, endpoint: row.endpoint },
    }),
  };
}
