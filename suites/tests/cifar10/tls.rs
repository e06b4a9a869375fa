//! Fetching from a server whose certificate is of an authority that nobody but the variable `SSL_CERT_FILE` knows, as behind
//! a proxy that inspects connections. Variables are of a whole process, so each case is a process of its own.
//!
//! The certificates, of 127.0.0.1 for a hundred years, and the server's key are this test's alone:
//! `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -addext basicConstraints=critical,CA:TRUE`
//! made the authority, and `openssl x509 -req -CA authority.pem` the server's, with `subjectAltName=IP:127.0.0.1`.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::archive::{ARCHIVE, Scene};
use crate::server::{Answer, asked, reply};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cifar10/tls").join(name)
}

/// The address of a server that gives everybody `content`; its thread ends with the process.
fn serve(content: Vec<u8>) -> String {
    let certificate = CertificateDer::from_pem_file(file("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(file("server.key")).unwrap();
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let (_, range) = asked(&mut stream);
            // A client that does not trust the server leaves early.
            let _ = reply(&mut stream, &content, range, Answer::Whole);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    format!("https://{address}/{ARCHIVE}")
}

/// Says what comes of a fetch; for [`said`] to run with another environment.
#[test]
#[ignore = "a part of the test below"]
fn fetch_in_this_environment() {
    let mut scene = Scene::new();
    scene.publisher.url = serve(scene.archive.clone());
    match scene.fetch_again() {
        Ok(_) => {
            scene.assert_complete();
            println!("fetched");
        }
        Err(error) => println!("{error}"),
    }
}

/// What comes of a fetch where the variable has this value.
fn said(certificates: Option<&Path>) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "tls::fetch_in_this_environment", "--ignored", "--nocapture"]);
    child.env_remove("SSL_CERT_FILE");
    certificates.map(|file| child.env("SSL_CERT_FILE", file));
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_authorities_of_a_file_are_trusted_where_it_is_named() {
    assert!(said(Some(&file("authority.pem"))).contains("fetched"));
    // No authority of the web has signed the server's certificate.
    for unknown in [None, Some(Path::new(""))] {
        let said = said(unknown);
        assert!(said.contains("the server is not trusted") && said.contains("SSL_CERT_FILE"), "{said}");
    }
    let said = |name: &str| said(Some(&file(name)));
    assert!(
        said("server.key")
            .contains("server.key, which the variable SSL_CERT_FILE names, holds no certificate")
    );
    assert!(said("absent.pem").contains("cannot read") && said("absent.pem").contains("absent.pem"));
}
