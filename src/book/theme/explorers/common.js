// What the explorers share.
import { computed } from 'vue';
import { useData, withBase } from 'vitepress';
import { load } from '../../../explorers/explorers.js';

let engine;
/// The engine's functions (explorers.cpp), fetched once.
export function loadEngine() {
  engine ??= load(withBase('/engine/'));
  engine.catch(() => { engine = undefined; });
  return engine;
}

/// The words of an explorer in the page's language.
export function useWords(words) {
  const { lang } = useData();
  return computed(() => words[lang.value.startsWith('zh') ? 'zh' : 'en']);
}

/// A number to so many places, with a real minus.
export function fixed(x, places = 2) {
  const text = x.toFixed(places);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
}

/// The same as a factor or a summand: in brackets if it is negative.
export const factor = (x, places = 2) => (Number(x.toFixed(places)) < 0 ? `(${fixed(x, places)})` : fixed(x, places));

/// The classes of keys, heads, words: whole names, for finish.mjs drops the styles of names that occur nowhere.
export const colours = ['c1', 'c2', 'c3', 'c4'];

export const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
export const largest = (numbers) => numbers.indexOf(Math.max(...numbers));
export const clamp = (x, least, most) => Math.min(most, Math.max(least, x));

/// What an arrow key adds, as [right, up], or undefined for another key; Shift makes it larger.
export function keyStep(event, step = 1, shifted = step * 5) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (!way || event.ctrlKey || event.altKey || event.metaKey) return undefined;
  event.preventDefault();
  return way.map((x) => x * (event.shiftKey ? shifted : step));
}
