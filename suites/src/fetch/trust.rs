//! Which certificate authorities a download trusts: those of the web or, as behind a proxy that inspects connections, those
//! in the file that the variable `SSL_CERT_FILE` names, as OpenSSL and curl read it.

use std::path::Path;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::FetchError;
use crate::{DataFileError, regular_file};

/// The variable that names a file of certificates.
pub(super) const VARIABLE: &str = "SSL_CERT_FILE";

/// The certificates that servers are checked with.
///
/// # Errors
///
/// If the file that the variable names cannot be read, or holds no certificate.
pub(super) fn config() -> Result<TlsConfig, FetchError> {
    let named = std::env::var_os(VARIABLE).filter(|file| !file.is_empty());
    let Some(file) = named else { return Ok(TlsConfig::default()) };
    let certificates = certificates(Path::new(&file))?;
    Ok(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates)).build())
}

fn certificates(file: &Path) -> Result<Vec<Certificate<'static>>, FetchError> {
    let bytes = regular_file::read(file).map_err(DataFileError::when("read", file))?;
    let certificate = |item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        // A key, or what is no PEM: only the certificates beside it count.
        _ => None,
    };
    let certificates: Vec<Certificate> = parse_pem(&bytes).filter_map(certificate).collect();
    match certificates.is_empty() {
        true => Err(FetchError::NoCertificates { file: file.to_path_buf() }),
        false => Ok(certificates),
    }
}
