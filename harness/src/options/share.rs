//! Shares as a person writes them: a number, of which a percentage is the usual slip.

/// The number in `text` if it is one that `allowed` takes; else `what` it must be, and the share that a percentage
/// probably stands for.
pub fn share(text: &str, allowed: impl Fn(f64) -> bool, what: &str) -> Result<f64, String> {
    let text = text.trim();
    if let Some(share) = text.parse().ok().filter(|share| allowed(*share)) {
        return Ok(share);
    }
    let (percent, has_sign) = text.strip_suffix('%').map_or((text, false), |percent| (percent.trim(), true));
    // Without its sign 1 is rather all than one hundredth.
    let percent = percent.parse().ok().filter(|percent: &f64| has_sign || *percent > 1.0);
    let meant = percent.map(|percent| (percent * 1e6).round() / 1e8);
    let hint = meant.filter(|share| allowed(*share)).map(|share| format!("; did you mean {share}?"));
    Err(format!("{what}{}", hint.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_leads_to_its_share() {
        let sparsity = |text: &str| share(text, |share| (0.0..1.0).contains(&share), "in [0, 1)");
        assert_eq!(sparsity(" 0.9"), Ok(0.9));
        for (text, said) in [
            ("95", "in [0, 1); did you mean 0.95?"),
            ("90%", "in [0, 1); did you mean 0.9?"),
            ("99.5 %", "in [0, 1); did you mean 0.995?"),
            ("1", "in [0, 1)"),
            ("1%", "in [0, 1); did you mean 0.01?"),
            ("1.5", "in [0, 1); did you mean 0.015?"),
            ("100", "in [0, 1)"),
            ("-0.1", "in [0, 1)"),
            ("NaN", "in [0, 1)"),
            ("", "in [0, 1)"),
        ] {
            assert_eq!(sparsity(text), Err(said.into()), "{text}");
        }
    }
}
