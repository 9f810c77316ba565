import { Field, ObjectType } from 'type-graphql';
import { OnefoldError, Refusals } from '../errors.js';

@ObjectType({
  simpleResolvers: true,
  description: 'An expected refusal: what was wrong, where, and what to do about it.',
})
export class UserError {
  @Field(() => String, { description: 'A stable code to program against; docs/errors.md describes each.' })
  code!: string;

  @Field(() => String, {
    description: 'What is wrong and how to fix it, in plain English. The wording may change.',
  })
  message!: string;

  @Field(() => [String], {
    description:
      'The place in the input, from the argument inwards: `["input", "rule", "all", "0"]`. Empty = the whole.',
  })
  path!: string[];

  /** Public ids of what `subjects` shows (see `UserErrorResolver`). */
  subjectIds?: readonly string[];
}

export function toUserError(error: OnefoldError, prefix: readonly (string | number)[] = []): UserError {
  const { code, message, inputPath, subjects } = error;
  return {
    ...{ code, message, path: [...prefix, ...inputPath].map(String) },
    ...(subjects.length > 0 && { subjectIds: subjects }),
  };
}

/** The mutation's payload: what `work` gives, or the refusals that it threw. Other errors go on their way. */
export async function withUserErrors<T extends object>(
  work: () => Promise<T>,
): Promise<Partial<T> & { userErrors: UserError[] }> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    const refusals =
      error instanceof Refusals ? error.refusals : error instanceof OnefoldError ? [error] : null;
    const failure = refusals?.find((refusal) => FAILS_THE_REQUEST.has(refusal.code));
    if (failure) throw withPath(failure);
    if (!refusals) throw error;
    return { userErrors: refusals.map((refusal) => toUserError(refusal, ['input'])) } as Partial<T> & {
      userErrors: UserError[];
    };
  }
}

/** For a query with the input of a mutation: what `work` gives. The paths of its errors begin at the argument. */
export async function inInput<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OnefoldError ? withPath(error) : error;
  }
}

/** With the path from the argument inwards, as those of user errors; one that is about no place has none. */
function withPath(error: OnefoldError): OnefoldError {
  if (error.inputPath.length === 0) return error;
  const { code, message, inputPath, subjects, extensions, cause } = error;
  return new OnefoldError(code, { message, path: ['input', ...inputPath], subjects, extensions, cause });
}

const FAILS_THE_REQUEST: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'KEY_INACTIVE',
  'FORBIDDEN',
  'THROTTLED',
  'STATEMENT_TIMEOUT',
  'UNAVAILABLE',
  'BATCH_TOO_LARGE',
]);
