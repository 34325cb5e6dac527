#!/usr/bin/env node
/** The program: takes its Context from the process and runs the command line. */
import { run } from "./cli.ts";
import { commandLine, processContext } from "./context.ts";

void run(processContext(import.meta.dirname), commandLine());
