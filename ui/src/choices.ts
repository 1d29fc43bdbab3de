import type { ParameterView } from './protocol';

/** What each choice of a parameter means, where its help says it of every one as `choice: what it means.`; else nothing. */
export function explained(parameter: ParameterView): Map<string, string> | null {
  const ids = parameter.choices.map((choice) => choice.id);
  const found = ids.map((id) => ({ id, at: parameter.help.search(new RegExp(`(?<![\\w-])${id}: `)) }));
  if (ids.length < 2 || found.some(({ at }) => at < 0)) return null;
  const starts = found.map(({ at }) => at).sort((a, b) => a - b);
  return new Map(found.map(({ id, at }) => {
    const end = starts.find((start) => start > at) ?? parameter.help.length;
    const text = parameter.help.slice(at + id.length + 2, end).trim();
    return [id, `${text.charAt(0).toUpperCase()}${text.slice(1)}`];
  }));
}

/** A choice in words: `with-approval` is with approval. What is written in capitals is a name of the field's and stays. */
export function inWords(id: string): string {
  if (/[A-Z0-9_]/.test(id)) return id;
  const words = id.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Parameters that mean something only beside another one's value. */
const ONLY_WITH: Record<string, [string, (value: string) => boolean]> = {
  paper: ['sheets', (value) => value.startsWith('printed')],
  qr: ['sheets', (value) => value.startsWith('printed')],
  'large-type': ['sheets', (value) => value.startsWith('printed')],
};

/** The parameters that mean something as the others are set. */
export function applying(parameters: readonly ParameterView[]): ParameterView[] {
  return parameters.filter((parameter) => {
    const only = ONLY_WITH[parameter.name];
    const other = only && parameters.find((one) => one.name === only[0]);
    return !only || !other || only[1](other.value);
  });
}
