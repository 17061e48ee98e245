//! TLS on the two connections: the handshakes, and what becomes of them.

use std::io;
use std::time::Duration;

use super::{Control, Data, Session};
use crate::emulator::connection::Connection;
use crate::emulator::stream::Insecure;
#[cfg(feature = "tls")]
use crate::emulator::tls::{Context, Stream, Ticket};
use crate::ftp::FailureKind;

const SILENT: &[u8] = b"the server did not answer in the handshake";

/// What sessions with TLS need.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Who is to be there.
    pub(super) host: Vec<u8>,
    #[cfg(feature = "tls")]
    context: Option<Context>,
}

impl Session {
    /// How TLS is spoken in the session that is opened next.
    #[cfg(feature = "tls")]
    pub fn set_tls(&mut self, context: Context) {
        self.tls.context = Some(context);
    }

    pub(super) fn secure_control(&mut self, now: Duration) {
        let Control::Open(connection) = std::mem::replace(&mut self.control, Control::Closed)
        else {
            return;
        };
        #[cfg(feature = "tls")]
        let secured = self.secure(now, connection, None);
        #[cfg(not(feature = "tls"))]
        let secured = secure(connection);
        match secured {
            Ok(connection) => {
                self.control = Control::Open(connection);
                self.shake_control(now);
            }
            Err(failure) => self.give_up_control(&failure),
        }
    }

    pub(super) fn shake_control(&mut self, now: Duration) {
        let Control::Open(connection) = &mut self.control else {
            return;
        };
        if connection.handshake().is_none() {
            return;
        }
        match connection.shake_hands() {
            Ok(false) => {}
            Ok(true) => {
                self.engine.handle_secured();
                self.carry_out(now);
            }
            Err(failure) => self.give_up_control(&failure),
        }
    }

    fn give_up_control(&mut self, failure: &Insecure) {
        let why = failure.why.as_bytes();
        self.engine.handle_insecure(failure.kind, why);
    }

    /// It broke; in TLS the reason may be a word of the server on our certificate.
    pub(super) fn break_control(&mut self, error: &io::Error) {
        let inner = error.get_ref();
        match inner.and_then(|inner| inner.downcast_ref::<Insecure>()) {
            Some(failure) => self.give_up_control(failure),
            None => self.engine.handle_control_closed(),
        }
    }

    pub(super) fn secure_data(&mut self, now: Duration) {
        let Data::Open(connection) = std::mem::replace(&mut self.data, Data::Closed) else {
            return;
        };
        #[cfg(feature = "tls")]
        let secured = {
            let ticket = match &self.control {
                Control::Open(control) => control.ticket(),
                Control::Closed | Control::Resolving(_) | Control::Opening(..) => None,
            };
            self.secure(now, connection, ticket.as_ref())
        };
        #[cfg(not(feature = "tls"))]
        let secured = secure(connection);
        match secured {
            Ok(connection) => {
                self.data = Data::Open(connection);
                self.shake_data(now);
            }
            Err(failure) => self.give_up_data(now, &failure),
        }
    }

    pub(super) fn shake_data(&mut self, now: Duration) {
        let Data::Open(connection) = &mut self.data else {
            return;
        };
        if connection.handshake().is_none() {
            return;
        }
        match connection.shake_hands() {
            Ok(false) => {}
            Ok(true) => self.engine.handle_data_secured(now),
            Err(failure) => self.give_up_data(now, &failure),
        }
    }

    fn give_up_data(&mut self, now: Duration, failure: &Insecure) {
        self.close_data();
        let why = failure.why.as_bytes();
        self.engine.handle_data_insecure(now, failure.kind, why);
    }

    #[cfg(feature = "tls")]
    fn secure(
        &self,
        now: Duration,
        connection: Connection,
        ticket: Option<&Ticket>,
    ) -> Result<Connection, Insecure> {
        let Some(context) = &self.tls.context else {
            let why = "nobody said how TLS is to be spoken".to_owned();
            return Err(Insecure::new(FailureKind::TlsSetup, why));
        };
        let begin = |socket| Stream::new(context, &self.tls.host, ticket, socket);
        connection.secure(begin, now + context.patience)
    }

    /// When the handshakes under way must be over.
    pub(super) fn handshakes(&self) -> [Option<Duration>; 2] {
        let control = match &self.control {
            Control::Open(connection) => connection.handshake(),
            Control::Closed | Control::Resolving(_) | Control::Opening(..) => None,
        };
        let data = match &self.data {
            Data::Open(connection) => connection.handshake(),
            _ => None,
        };
        [control, data]
    }

    /// Gives those up that have taken too long.
    pub(super) fn end_handshakes(&mut self, now: Duration) {
        let [control, data] = self.handshakes();
        if control.is_some_and(|until| until <= now) {
            self.engine.handle_insecure(FailureKind::Tls, SILENT);
        }
        if data.is_some_and(|until| until <= now) {
            self.close_data();
            self.engine
                .handle_data_insecure(now, FailureKind::Tls, SILENT);
        }
    }
}

#[cfg(not(feature = "tls"))]
fn secure(_: Connection) -> Result<Connection, Insecure> {
    let why = "TLS was left out when this module was built".to_owned();
    Err(Insecure::new(FailureKind::TlsSetup, why))
}
