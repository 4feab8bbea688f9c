import './app.css';

import { mount } from 'svelte';

import { connect } from '../cognito/connection.js';
import { Bridge } from './api.js';
import App from './App.svelte';
import { Desk } from './state/desk.js';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target, props: { desk: new Desk(new Bridge(window.keydesk), connect) } });
