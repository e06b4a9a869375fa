//! What the metadata of a compact network say, beside what an export adds: `format`, `version`, and `network`, its
//! description as JSON.

use network::Network;
use std::collections::HashMap;

/// The format of a safetensors file that describes its network.
pub const FORMAT: &str = "harness-compact";
/// Its version.
pub const VERSION: &str = "1";

/// The network that `metadata` describe, or what is wrong with them.
pub(crate) fn described(metadata: HashMap<String, String>) -> Result<Network, String> {
    let text = |name: &str| metadata.get(name).map(String::as_str);
    if text("format") != Some(FORMAT) {
        return Err("its metadata describe none".into());
    }
    match text("version") {
        Some(VERSION) => {}
        found => return Err(format!("it has version {}, and {VERSION} is read", found.unwrap_or("none"))),
    }
    let network = text("network").ok_or("its metadata describe none")?;
    let network: Network =
        serde_json::from_str(network).map_err(|cause| format!("its description: {cause}"))?;
    network.check().map_err(|cause| cause.to_string())?;
    Ok(network)
}
