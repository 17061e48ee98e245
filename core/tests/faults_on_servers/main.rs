//! The sample of faults on real servers, by the client in Rust.
#![cfg(unix)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{
    Client, ClientOptions, Error, GetOptions, Login, PartMode, PutMode, PutOptions, RetryPolicy,
    Transferred,
};
use qftp_test::fault_sample::{self, Failure, Form, Scene, Surface};

/// A client that is logged in, and the lines of its conversation.
struct Session {
    client: Client,
    log: Arc<Mutex<Vec<String>>>,
}

impl Surface for Session {
    fn open(scene: &Scene<'_>) -> Self {
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let lines = Arc::clone(&log);
        let policy =
            RetryPolicy::STANDARD.with_waits(Duration::from_millis(100), Duration::from_secs(2));
        let mut client = ClientOptions::new()
            .retry(policy)
            .on_line(move |line| {
                let mark = if line.sent { '>' } else { '<' };
                let text = line.text.escape_ascii();
                let mut lines = lines.lock().expect("the run goes on");
                lines.push(format!("{mark} {text} {:?}", line.kind));
            })
            .open(&scene.port)
            .expect("a client");
        client.login(&login(scene)).expect("a login");
        Session { client, log }
    }

    fn transfer(&mut self, scene: &Scene<'_>) -> Result<u32, Failure> {
        match self.moved(scene) {
            Ok(moved) => Ok(moved.attempts),
            Err(error) => Err(Failure {
                text: format!("{} ({:?})", error.describe(), error.kind()),
                bytes_confirmed: error.bytes_confirmed().unwrap_or(0),
                is_unsupported: error.kind() == ErrorKind::Unsupported,
            }),
        }
    }

    fn size_of_other(&mut self, scene: &Scene<'_>) -> Result<u64, String> {
        let other = scene.other().as_bytes();
        if let Ok(size) = self.client.size(other) {
            return Ok(size);
        }
        let login = self.client.login(&login(scene));
        login.map_err(|error| error.describe())?;
        self.client.size(other).map_err(|error| error.describe())
    }

    fn log(&self) -> String {
        self.log.lock().expect("the run is over").join("\n    ")
    }
}

impl Session {
    fn moved(&mut self, scene: &Scene<'_>) -> Result<Transferred, Error> {
        let remote = scene.remote.as_bytes();
        let from = scene.from();
        let mut rest = &scene.content[from..];
        let size = Some(rest.len() as u64);
        let (source, target) = (scene.source(), scene.target());
        let client = &mut self.client;
        let put = |mode| PutOptions::new().mode(mode);
        match scene.form {
            Form::Put => client.put_file(&source, remote, PutOptions::new()),
            Form::Append => client.append(&mut rest, size, remote),
            Form::Resume => {
                let mode = put(PutMode::Resume(from as u64));
                client.put(&mut rest, size, remote, mode)
            }
            Form::PutContinue => client.put_file(&source, remote, put(PutMode::Continue)),
            Form::Get => client.get_file(remote, &target, GetOptions::new()),
            Form::GetContinue => {
                let options = GetOptions::new().part(PartMode::Continue);
                client.get_file(remote, &target, options)
            }
        }
    }
}

fn login(scene: &Scene<'_>) -> Login {
    let server = scene.server;
    let host = server.address.ip().to_string();
    let mut login = Login::new(host, server.user, server.password);
    login.port = server.address.port();
    login.response_timeout_s = 20;
    login
}

#[test]
fn a_file_is_whole_or_the_error_is_true() {
    fault_sample::run::<Session>();
}
