import { render } from 'preact';
import { App, Locked } from './app.tsx';
import { Server } from './server.ts';
import { takeToken } from './session.ts';
import { applyTheme, storedTheme } from './theme.ts';

const token = takeToken();
applyTheme(storedTheme());
render(token === undefined ? <Locked /> : <App server={new Server(token)} />, document.body);
