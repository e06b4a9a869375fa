//! A network as data: layers, shapes, parameter and MAC counts
