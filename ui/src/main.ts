import '@fontsource/ibm-plex-sans/latin-400.css';
import '@fontsource/ibm-plex-sans/latin-500.css';
import '@fontsource/ibm-plex-sans/latin-600.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import '@fontsource/ibm-plex-mono/latin-500.css';
import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { room } from './room.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no place for the window.');
// The room is asked while the page is made.
void room.open();
mount(App, { target });
