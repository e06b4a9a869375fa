//! The methods IEE is compared with, one file each.
//!
//! Each file has a `DESCRIPTION` for the registry, its settings and its plan.
//! To add one: a file like these, and a line in [`all`].

mod acdc;
mod at_start;
mod cut;
mod dense;
mod granet;
mod grasp;
mod halp;
mod magnitude;
mod mest;
mod one_shot;
mod random_channels;
mod regrow;
mod rigl;
mod rigl_channels;
mod set;
mod small_dense;
mod snfs;
mod snip;
mod sr_ste;
mod srigl;
mod static_sparse;
mod str;
mod top_kast;

/// Every baseline, in the order in which tables list them.
pub fn all() -> Vec<sparsity::Description> {
    vec![
        dense::DESCRIPTION,
        small_dense::DESCRIPTION,
        static_sparse::DESCRIPTION,
        snip::DESCRIPTION,
        grasp::DESCRIPTION,
        one_shot::DESCRIPTION,
        magnitude::DESCRIPTION,
        granet::DESCRIPTION,
        acdc::DESCRIPTION,
        sr_ste::DESCRIPTION,
        halp::DESCRIPTION,
        random_channels::DESCRIPTION,
        rigl_channels::DESCRIPTION,
        set::DESCRIPTION,
        snfs::DESCRIPTION,
        mest::DESCRIPTION,
        rigl::DESCRIPTION,
        srigl::DESCRIPTION,
        top_kast::DESCRIPTION,
        str::DESCRIPTION,
    ]
}

#[cfg(test)]
mod tests;
