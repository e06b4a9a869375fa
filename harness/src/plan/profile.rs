//! Which profile, when none is asked for: the published recipe where it can be had, else the smoke test.

use records::words;

/// Names the profile and the reason for it. `real` says where the real data are or why they are not;
/// `cuda` is called only if it matters, and returns the devices or why there are none.
pub fn automatic(
    real: Result<String, String>,
    cuda: impl FnOnce() -> Result<String, String>,
) -> (&'static str, String) {
    let devices = real
        .and_then(|data| cuda().map(|device| format!("the real data ({data}) and {device} are available")));
    match devices {
        Ok(reason) => (words::PAPER, reason),
        Err(reason) => (words::SMOKE, reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_recipe_needs_cuda_and_real_data() {
        let data = || Ok("data".to_string());
        assert_eq!(automatic(data(), || Ok("an H100".into())).0, "paper");
        assert_eq!(automatic(data(), || Err("no CUDA".into())), ("smoke", "no CUDA".into()));
        let unasked = || unreachable!("CUDA does not matter without data");
        assert_eq!(automatic(Err("no data".into()), unasked), ("smoke", "no data".into()));
    }
}
