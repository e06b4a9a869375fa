//! A trial: its specification, key, run directory and the protocol between program and worker
