import type { PromptView } from '../protocol';

/** Whose answer a question waits for, and what they do. */
export interface Turn { name: string; does: string }

/** Whose turn it is. What no question gives to somebody else is the actor's; who decides, the question itself says. */
export function turnOf(prompt: PromptView): Turn | null {
  const { ask, step } = prompt;
  const actor = (does: string): Turn => ({ name: step.actor.name, does });
  switch (ask.kind) {
    case 'sign': return { name: ask.name, does: 'signs' };
    case 'agree': return { name: ask.name, does: 'says whether the record is right' };
    case 'compare': return { name: ask.name, does: 'compares' };
    case 'new-secret': return { name: ask.name, does: 'chooses a secret, alone' };
    case 'enter-share': return { name: ask.custodian, does: 'types a share, alone' };
    case 'show-share': return actor('writes a share down, alone');
    case 'pin': return actor('types a PIN');
    case 'decide': {
      const named = [step.confirmer, step.actor].find((person) => person && ask.question.includes(person.name));
      return named ? { name: named.name, does: 'decides' } : null;
    }
    default: return actor('acts');
  }
}
