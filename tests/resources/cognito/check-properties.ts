import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, Resource } from '@aws-cdk/service-spec-types';

import type { Value, ValueMap } from './read-template.js';
import { intrinsic, isRecord } from './read-template.js';
import { ALLOWED } from './service-names.js';

/** CloudFormation's schema of every resource type, as AWS publishes it for its own tools. */
const schema = loadAwsServiceSpecSync();

/** A resource type, or undefined. */
export const resourceType = (name: string): Resource | undefined =>
  schema.lookup('resource', 'cloudFormationType', 'equals', name)[0];

/** What is wrong with a resource's properties: unknown, missing, of another type, or a value that is none. */
export function checkProperties(resource: Resource, properties: ValueMap, where: string): string[] {
  return checkMembers(resource.cloudFormationType, resource.properties, properties, where);
}

function checkMembers(
  owner: string,
  known: Readonly<Record<string, Property>>,
  given: ValueMap,
  where: string,
): string[] {
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required === true && !(name in given))
    .map(([name]) => `${where}.${name} is missing`);
  const wrong = Object.entries(given).flatMap(([name, value]) => {
    const property = known[name];
    if (!property) return [`${where}.${name} is no property`];
    return checkValue(property.type, value, `${where}.${name}`, ALLOWED[`${owner}.${name}`]);
  });
  return [...missing, ...wrong];
}

function checkValue(type: PropertyType, value: Value, where: string, allowed?: readonly string[]): string[] {
  const call = intrinsic(value);
  // Both ways of an If are values of the same kind; what other functions give is only known to CloudFormation.
  if (call?.name === 'Fn::If')
    return Array.isArray(call.argument)
      ? call.argument.slice(1).flatMap((way: Value) => checkValue(type, way, where, allowed))
      : [`${where} has an If that is none`];
  if (call) return [];
  const wanted = (kind: string) => [`${where} is not ${kind}`];
  switch (type.type) {
    case 'string':
      if (typeof value !== 'string') return wanted('a string');
      return checkAllowed(value, allowed ?? type.allowedValues, where);
    case 'integer':
      return Number.isInteger(value) ? [] : wanted('an integer');
    case 'number':
      return typeof value === 'number' ? [] : wanted('a number');
    case 'boolean':
      return typeof value === 'boolean' ? [] : wanted('true or false');
    case 'array':
      if (!Array.isArray(value)) return wanted('a list');
      return value.flatMap((entry: Value, index) => checkValue(type.element, entry, `${where}[${index}]`, allowed));
    case 'map':
      if (!isRecord(value)) return wanted('a map');
      return Object.entries(value).flatMap(([name, entry]) => checkValue(type.element, entry, `${where}.${name}`));
    case 'ref': {
      if (!isRecord(value)) return wanted('a map');
      const definition = schema.get('typeDefinition', type.reference.$ref);
      return checkMembers(definition.name, definition.properties, value, where);
    }
    case 'union': {
      const verdicts = type.types.map((one) => checkValue(one, value, where, allowed));
      return verdicts.some((verdict) => verdict.length === 0) ? [] : (verdicts[0] ?? wanted('any of its kinds'));
    }
    case 'json':
      return isRecord(value) ? [] : wanted('a document');
    default:
      return [`${where} is of a kind that this test does not know: ${type.type}`];
  }
}

const checkAllowed = (value: string, allowed: readonly string[] | undefined, where: string): string[] =>
  !allowed || allowed.includes(value) ? [] : [`${where} is ${value}, not one of ${allowed.join(', ')}`];
