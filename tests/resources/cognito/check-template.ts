import { checkProperties, resourceType } from './check-properties.js';
import type { Value, ValueMap } from './read-template.js';
import { intrinsic, isRecord, textOf } from './read-template.js';

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Conditions',
  'Resources',
  'Outputs',
];
const RESOURCE = ['Type', 'Properties', 'Condition', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'];
const PSEUDO = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

/** One use of a name by Ref, GetAtt, Sub, If or Condition. */
interface Use {
  readonly kind: 'value' | 'attribute' | 'condition';
  readonly name: string;
  readonly attribute?: string;
}

/**
 * What CloudFormation would find wrong with a template before and while it deploys it: sections, resource types, properties,
 * values, names that refer to nothing or that nothing refers to, and resources that wait for each other.
 */
export function checkTemplate(template: ValueMap): string[] {
  const section = (name: string): ValueMap => {
    const value = template[name] ?? {};
    return isRecord(value) ? value : {};
  };
  const resources = section('Resources');
  const parameters = section('Parameters');
  const conditions = section('Conditions');
  const uses = usesIn({
    Resources: resources,
    Conditions: conditions,
    Rules: section('Rules'),
    Outputs: section('Outputs'),
  });
  return [
    ...Object.keys(template)
      .filter((name) => !SECTIONS.includes(name))
      .map((name) => `${name} is no section`),
    ...Object.entries(resources).flatMap(([name, resource]) => checkResource(name, resource)),
    ...uses.flatMap((use) => checkUse(use, { resources, parameters, conditions })),
    ...Object.keys(parameters)
      .filter((name) => !uses.some((use) => use.kind === 'value' && use.name === name))
      .map((name) => `Parameter ${name} is not used`),
    ...Object.keys(conditions)
      .filter((name) => !uses.some((use) => use.kind === 'condition' && use.name === name))
      .map((name) => `Condition ${name} is not used`),
    ...cyclesIn(resources),
  ];
}

function checkResource(name: string, resource: Value): string[] {
  if (!isRecord(resource)) return [`${name} is no resource`];
  const odd = Object.keys(resource).filter((member) => !RESOURCE.includes(member));
  const type = resourceType(textOf(resource['Type']));
  if (!type) return [`${name} is of no known type: ${textOf(resource['Type'])}`];
  const properties = resource['Properties'] ?? {};
  return [
    ...odd.map((member) => `${name}.${member} is no member of a resource`),
    ...(isRecord(properties) ? checkProperties(type, properties, name) : [`${name}.Properties are none`]),
  ];
}

function checkUse(
  { kind, name, attribute }: Use,
  known: { resources: ValueMap; parameters: ValueMap; conditions: ValueMap },
): string[] {
  if (kind === 'condition') return name in known.conditions ? [] : [`There is no condition ${name}`];
  if (kind === 'value')
    return name in known.parameters || name in known.resources || PSEUDO.includes(name)
      ? []
      : [`There is no ${name} to refer to`];
  const resource = known.resources[name];
  if (!isRecord(resource)) return [`There is no resource ${name} to get an attribute of`];
  const attributes = resourceType(textOf(resource['Type']))?.attributes ?? {};
  return (attribute ?? '') in attributes ? [] : [`${name} has no attribute ${attribute ?? ''}`];
}

function usesIn(value: Value): Use[] {
  if (Array.isArray(value)) return value.flatMap(usesIn);
  if (!isRecord(value)) return [];
  const call = intrinsic(value);
  if (call?.name === 'Ref') return [{ kind: 'value', name: textOf(call.argument) }];
  if (call?.name === 'Fn::GetAtt' && Array.isArray(call.argument)) {
    const [name, attribute] = call.argument.map(textOf);
    return [{ kind: 'attribute', name: name ?? '', attribute: attribute ?? '' }];
  }
  if (call?.name === 'Fn::Sub') return substitutionsIn(textOf(call.argument));
  if (call?.name === 'Fn::If' && Array.isArray(call.argument)) {
    const [condition, ...ways] = call.argument as readonly Value[]; // isArray forgets what the entries are
    return [{ kind: 'condition', name: textOf(condition) }, ...ways.flatMap(usesIn)];
  }
  const own: Use[] = typeof value['Condition'] === 'string' ? [{ kind: 'condition', name: value['Condition'] }] : [];
  return [...own, ...Object.values(value).flatMap(usesIn)];
}

/** `${Name}` and `${Name.Attribute}`. */
const substitutionsIn = (text: string): Use[] =>
  [...text.matchAll(/\$\{([^}!.]+)(?:\.([^}]+))?\}/g)].map(([, name = '', attribute]) =>
    attribute === undefined ? { kind: 'value', name } : { kind: 'attribute', name, attribute },
  );

/** Resources that would wait for each other for ever. */
function cyclesIn(resources: ValueMap): string[] {
  const needs = new Map(
    Object.entries(resources).map(([name, resource]) => [
      name,
      usesIn(resource).flatMap((use) => (use.kind !== 'condition' && use.name in resources ? [use.name] : [])),
    ]),
  );
  // What can be made is made, round after round; what is left over waits for itself.
  for (let made = -1; made !== 0;) {
    const ready = [...needs].filter(([, needed]) => !needed.some((name) => needs.has(name)));
    for (const [name] of ready) needs.delete(name);
    made = ready.length;
  }
  return needs.size === 0 ? [] : [`These wait for each other: ${[...needs.keys()].join(', ')}`];
}
