import page from '../../docs/glossary.md?raw';
import { words, type Word } from './terms';

/** Every word of `docs/glossary.md` with what it means here, in the page's order. */
export const GLOSSARY: readonly Word[] = words(page);
