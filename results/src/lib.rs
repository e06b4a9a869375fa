//! Records, their store, statistics, reference values and tables
