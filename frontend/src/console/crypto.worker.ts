// The entry of the worker that holds the keys.
import { type Port, serve, type Tasks } from './rpc.ts';
import { createVaultTasks } from './vault.ts';

serve(globalThis as unknown as Port, createVaultTasks() as unknown as Tasks);
