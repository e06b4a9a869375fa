//! Which GPU a CUDA device number stands for: `CUDA_VISIBLE_DEVICES`.
//!
//! The variable is a list of GPU numbers or of identifiers, `GPU-...` or `MIG-...`, each of which may
//! be cut short as long as only one begins so. CUDA numbers the devices of the list from 0 and ends it
//! at the first entry that it does not understand.

/// How a GPU is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GpuName {
    /// By its number in the order of the bus.
    Number(u32),
    /// By its identifier or the beginning of it.
    Identifier(String),
}

/// The GPU that is CUDA device `device` where the variable has this value; none if CUDA sees no such device.
pub fn named(variable: Option<&str>, device: usize) -> Option<GpuName> {
    let Some(list) = variable else {
        return Some(GpuName::Number(u32::try_from(device).ok()?));
    };
    let entry = |text: &str| -> Option<GpuName> {
        let text = text.trim();
        if text.starts_with("GPU-") || text.starts_with("MIG-") {
            return Some(GpuName::Identifier(text.into()));
        }
        text.parse().ok().map(GpuName::Number)
    };
    list.split(',').map_while(entry).nth(device)
}

/// The only one of `identifiers` that begins with `start`, or why there is none.
pub fn unique(identifiers: &[String], start: &str) -> Result<String, String> {
    let mut found = identifiers.iter().filter(|identifier| identifier.starts_with(start));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.clone()),
        (None, _) => Err(format!("NVML knows no device {start}")),
        (Some(_), Some(_)) => Err(format!("several devices begin with {start}; give more of the identifier")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_counted_in_the_list() {
        let number = |n| Some(GpuName::Number(n));
        let identifier = |text: &str| Some(GpuName::Identifier(text.into()));
        for (variable, device, expected) in [
            (None, 0, number(0)),
            (None, 3, number(3)),
            (Some("2,0"), 0, number(2)),
            (Some("2,0"), 1, number(0)),
            (Some(" 2 , 0 "), 1, number(0)),
            (Some("2,0"), 2, None),
            (Some(""), 0, None),
            (Some("-1"), 0, None),
            (Some("NoDevFiles"), 0, None),
            (Some("0,-1,1"), 0, number(0)),
            (Some("0,-1,1"), 1, None),
            (Some("0,x,1"), 2, None),
            (Some("GPU-8932f937,1"), 0, identifier("GPU-8932f937")),
            (Some("GPU-8932f937,1"), 1, number(1)),
            (Some("MIG-GPU-8932f937-d72c/1/0"), 0, identifier("MIG-GPU-8932f937-d72c/1/0")),
            (Some("gpu-8932f937"), 0, None),
            (Some("99999999999"), 0, None),
        ] {
            assert_eq!(named(variable, device), expected, "{variable:?} {device}");
        }
    }

    #[test]
    fn an_identifier_may_be_cut_short_as_long_as_it_is_one() {
        let all = ["GPU-89aa-1", "GPU-89bb-2", "GPU-12cc-3"].map(String::from);
        assert_eq!(unique(&all, "GPU-12").as_deref(), Ok("GPU-12cc-3"));
        assert_eq!(unique(&all, "GPU-89bb-2").as_deref(), Ok("GPU-89bb-2"));
        assert!(unique(&all, "GPU-89").unwrap_err().contains("several"));
        assert!(unique(&all, "GPU-0").unwrap_err().contains("GPU-0"));
    }
}
