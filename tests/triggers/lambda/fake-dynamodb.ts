/**
 * As much of DynamoDB as the triggers use, over its JSON protocol: three operations on string keys, with condition expressions
 * evaluated by their grammar, so that a condition that does not guard what it should lets the tests fail.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

interface Request {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

class ConditionFailed extends Error {
  override readonly name = 'ConditionalCheckFailedException';
}

export class FakeDynamoDb {
  readonly #keys: Readonly<Record<string, string>>;
  readonly tables = new Map<string, Map<string, Item>>();

  /** @param keys the name of each table's key attribute */
  constructor(keys: Readonly<Record<string, string>>) {
    this.#keys = keys;
    for (const table of Object.keys(keys)) this.tables.set(table, new Map());
  }

  put(table: string, item: Item): void {
    this.#table(table).set(this.#keyOf(table, item), item);
  }

  answer(operation: string, request: Request): object {
    const { TableName: table, Key: key, Item: item } = request;
    if (operation === 'GetItem') {
      if (request.ConsistentRead !== true) throw new Error('A read that may be stale');
      return { Item: this.#table(table).get(this.#keyOf(table, key ?? {})) };
    }
    const at = this.#keyOf(table, item ?? key ?? {});
    const before = this.#table(table).get(at) ?? {};
    if (!holds(request, before)) throw new ConditionFailed('The conditional request failed');
    if (operation === 'PutItem' && item) this.#table(table).set(at, item);
    else if (operation === 'UpdateItem') this.#table(table).set(at, { ...key, ...before, ...assigned(request) });
    else throw new Error(`No operation ${operation}`);
    return {};
  }

  #table(name: string): Map<string, Item> {
    const table = this.tables.get(name);
    if (!table) throw new Error(`No table ${name}`);
    return table;
  }

  #keyOf(table: string, item: Item): string {
    const value = item[this.#keys[table] ?? '']?.S;
    if (value === undefined || value === '') throw new Error(`No key for ${table}`);
    return value;
  }
}

/** `SET path = :value`, once. */
function assigned(request: Request): Item {
  const [, path = '', value = ''] = /^SET (\S+) = (:\w+)$/.exec(request.UpdateExpression ?? '') ?? [];
  const given = request.ExpressionAttributeValues?.[value];
  if (!given) throw new Error(`Not understood: ${request.UpdateExpression ?? ''}`);
  return { [nameOf(request, path)]: given };
}

/** condition := term (AND|OR term)*; term := function(path) | path = :value | (condition). AND binds tighter. */
function holds(request: Request, item: Item): boolean {
  const source = request.ConditionExpression;
  if (source === undefined) return true;
  const tokens = source.match(/[()=]|[#:]?\w+/g) ?? [];
  let next = 0;
  const take = (wanted?: string): string => {
    const token = tokens[next] ?? '';
    if (wanted !== undefined && token !== wanted) throw new Error(`Not understood: ${source}`);
    next += 1;
    return token;
  };
  const inParentheses = <T>(read: () => T): T => {
    take('(');
    const value = read();
    take(')');
    return value;
  };
  const term = (): boolean => {
    if (tokens[next] === '(') return inParentheses(either);
    const word = take();
    if (word === 'attribute_exists') return inParentheses(() => nameOf(request, take()) in item);
    if (word === 'attribute_not_exists') return inParentheses(() => !(nameOf(request, take()) in item));
    take('=');
    const value = request.ExpressionAttributeValues?.[take()];
    return value !== undefined && item[nameOf(request, word)]?.S === value.S;
  };
  const both = (): boolean => {
    let value = term();
    while (tokens[next] === 'AND') {
      next += 1;
      value = term() && value;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (tokens[next] === 'OR') {
      next += 1;
      value = both() || value;
    }
    return value;
  };
  const value = either();
  if (next !== tokens.length) throw new Error(`Not understood: ${source}`);
  return value;
}

function nameOf(request: Request, path: string): string {
  if (!path.startsWith('#')) {
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html, those in use here
    if (path.toUpperCase() === 'ACCOUNT') throw new Error(`${path} is a reserved word`);
    return path;
  }
  const name = request.ExpressionAttributeNames?.[path];
  if (name === undefined) throw new Error(`No name for ${path}`);
  return name;
}
