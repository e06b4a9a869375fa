//! How long the result of each node is needed, and where it may be overwritten.

use crate::{Network, NodeId, Op};

/// How long a node's result is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The last node that reads it; none for an output, which is kept.
    pub last_reader: Option<NodeId>,
    /// Whether whoever reads it may overwrite it: it alone reads it, and nothing else shares its memory.
    pub expendable: bool,
}

impl Network {
    /// The uses of all nodes' results, in their order.
    pub fn uses(&self) -> Vec<Use> {
        let outputs = self.output_nodes();
        let mut readers: Vec<Vec<NodeId>> = vec![Vec::new(); self.nodes.len()];
        for (id, node) in self.nodes.iter().enumerate() {
            node.inputs.iter().for_each(|&input| readers[input].push(id));
        }
        let mut uses: Vec<Use> = Vec::with_capacity(self.nodes.len());
        for (id, (node, readers)) in self.nodes.iter().zip(&readers).enumerate() {
            let returned = outputs.contains(&id);
            // The input is the caller's images, and a dropout that is off returns what it reads.
            let own = match node.op {
                Op::Input => false,
                Op::Dropout => uses[node.inputs[0]].expendable,
                _ => true,
            };
            uses.push(Use {
                last_reader: readers.last().copied().filter(|_| !returned),
                expendable: own && !returned && readers.len() == 1,
            });
        }
        uses
    }
}
