//! What is measured: data sets, recipes and presets
