#!/usr/bin/env node
'use strict';
require('../dist/program/main.js');
