//! TLS on the two connections: the handshakes and their ends.

use std::io;
use std::time::Duration;

use super::sockets::{ControlSocket, DataSocket, SocketSession};
use crate::emulator::connection::Connection;
#[cfg(feature = "tls")]
use crate::emulator::tls::{Ticket, TlsContext, TlsStream};
use crate::emulator::tls_failure::TlsFailure;
use crate::ftp::{FailureKind, SocketReply};

const SILENT: &[u8] = b"the server did not answer in the handshake";

impl SocketSession {
    /// Sets the TLS context of the session that is opened next.
    #[cfg(feature = "tls")]
    pub(in crate::emulator) fn set_tls(&mut self, context: TlsContext) {
        self.tls.context = Some(context);
    }

    pub(super) fn secure_control(&mut self, now: Duration) {
        let ControlSocket::Open(connection) =
            std::mem::replace(&mut self.control, ControlSocket::Closed)
        else {
            return;
        };
        #[cfg(feature = "tls")]
        let secured = self.secure(now, connection, None);
        #[cfg(not(feature = "tls"))]
        let secured = secure(connection);
        match secured {
            Ok(connection) => {
                self.control = ControlSocket::Open(connection);
                self.shake_control(now);
            }
            Err(failure) => self.give_up_control(now, &failure),
        }
    }

    pub(super) fn shake_control(&mut self, now: Duration) {
        let ControlSocket::Open(connection) = &mut self.control else {
            return;
        };
        if connection.handshake().is_none() {
            return;
        }
        match connection.shake_hands() {
            Ok(false) => {}
            Ok(true) => {
                self.reply(now, SocketReply::Secured);
                self.carry_out(now);
            }
            Err(failure) => self.give_up_control(now, &failure),
        }
    }

    fn give_up_control(&mut self, now: Duration, failure: &TlsFailure) {
        let (kind, text) = (failure.kind, failure.why.as_bytes());
        self.reply(now, SocketReply::Insecure { kind, text });
    }

    /// Handles a broken control connection; in TLS the reason may be the server's verdict on our certificate.
    pub(super) fn break_control(&mut self, now: Duration, error: &io::Error) {
        let inner = error.get_ref();
        match inner.and_then(|inner| inner.downcast_ref::<TlsFailure>()) {
            Some(failure) => self.give_up_control(now, failure),
            None => self.reply(now, SocketReply::ControlClosed),
        }
    }

    pub(super) fn secure_data(&mut self, now: Duration) {
        let DataSocket::Open(connection) = std::mem::replace(&mut self.data, DataSocket::Closed)
        else {
            return;
        };
        #[cfg(feature = "tls")]
        let secured = {
            let ticket = match &self.control {
                ControlSocket::Open(control) => control.ticket(),
                ControlSocket::Closed
                | ControlSocket::Resolving(_)
                | ControlSocket::Opening(..) => None,
            };
            self.secure(now, connection, ticket.as_ref())
        };
        #[cfg(not(feature = "tls"))]
        let secured = secure(connection);
        match secured {
            Ok(connection) => {
                self.data = DataSocket::Open(connection);
                self.shake_data(now);
            }
            Err(failure) => self.give_up_data(now, &failure),
        }
    }

    pub(super) fn shake_data(&mut self, now: Duration) {
        let DataSocket::Open(connection) = &mut self.data else {
            return;
        };
        if connection.handshake().is_none() {
            return;
        }
        match connection.shake_hands() {
            Ok(false) => {}
            Ok(true) => self.reply(now, SocketReply::DataSecured),
            Err(failure) => self.give_up_data(now, &failure),
        }
    }

    fn give_up_data(&mut self, now: Duration, failure: &TlsFailure) {
        self.close_data();
        let (kind, text) = (failure.kind, failure.why.as_bytes());
        self.reply(now, SocketReply::DataInsecure { kind, text });
    }

    #[cfg(feature = "tls")]
    fn secure(
        &self,
        now: Duration,
        connection: Connection,
        ticket: Option<&Ticket>,
    ) -> Result<Connection, TlsFailure> {
        let Some(context) = &self.tls.context else {
            let why = "TLS has no settings".to_owned();
            return Err(TlsFailure::new(FailureKind::TlsSetup, why));
        };
        let begin = |socket| TlsStream::new(context, &self.tls.host, ticket, socket);
        connection.secure(begin, now + context.patience)
    }

    /// Tells whether a handshake is under way, whose next step may compute for a while.
    pub(in crate::emulator) fn shakes_hands(&self) -> bool {
        self.handshakes().iter().any(Option::is_some)
    }

    /// Returns when the handshakes under way must be over.
    pub(super) fn handshakes(&self) -> [Option<Duration>; 2] {
        let control = match &self.control {
            ControlSocket::Open(connection) => connection.handshake(),
            ControlSocket::Closed | ControlSocket::Resolving(_) | ControlSocket::Opening(..) => {
                None
            }
        };
        let data = match &self.data {
            DataSocket::Open(connection) => connection.handshake(),
            _ => None,
        };
        [control, data]
    }

    /// Gives those up that have taken too long.
    pub(super) fn end_handshakes(&mut self, now: Duration) {
        let [control, data] = self.handshakes();
        if control.is_some_and(|until| until <= now) {
            self.reply(
                now,
                SocketReply::Insecure {
                    kind: FailureKind::Tls,
                    text: SILENT,
                },
            );
        }
        if data.is_some_and(|until| until <= now) {
            self.close_data();
            self.reply(
                now,
                SocketReply::DataInsecure {
                    kind: FailureKind::Tls,
                    text: SILENT,
                },
            );
        }
    }
}

#[cfg(not(feature = "tls"))]
fn secure(_: Connection) -> Result<Connection, TlsFailure> {
    let why = "TLS was left out when this module was built".to_owned();
    Err(TlsFailure::new(FailureKind::TlsSetup, why))
}
