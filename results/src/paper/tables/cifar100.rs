//! Unstructured sparsity, CIFAR-100, WideResNet-22-2: the methods of Table 3, nothing published.

use super::table3;
use crate::paper::TableDefinition;
use crate::paper::row::READINGS;

/// The definition of the table.
pub fn definition() -> TableDefinition {
    TableDefinition {
        id: "cifar100",
        title: "CIFAR-100, unstructured sparsity, WideResNet-22-2, top-1 accuracy in percent",
        of_paper: false,
        suite: "cifar100",
        dataset: "cifar100",
        notes: vec![
            "Not a table of the IEE paper, which has no CIFAR-100: nothing published stands beside these results. The \
             methods and sparsities are those of table3.",
            table3::HORIZONS,
            READINGS,
        ],
        ..table3::definition()
    }
}
