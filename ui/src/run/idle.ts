/** Calls `after` once nobody has touched keyboard or mouse for so many minutes; gives what ends the watch. */
export function idle(minutes: number, after: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(after, minutes * 60_000);
  };
  const touched = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
  for (const kind of touched) window.addEventListener(kind, again, { passive: true });
  again();
  return () => {
    clearTimeout(timer);
    for (const kind of touched) window.removeEventListener(kind, again);
  };
}
