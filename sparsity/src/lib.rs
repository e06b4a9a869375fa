//! The vocabulary of sparsification: distributions, schedules, criteria, settings, the Method trait
