//! Puts what the program asked for into the message of a failure.

use qftp::client::Error;

use crate::error::Fault;

/// Makes the fault of an error: "cannot delete logs/a.txt: no such file, or no permission (550)".
pub(super) fn asked(action: &'static str, name: &[u8]) -> impl FnOnce(Error) -> Fault {
    move |error| {
        let name = String::from_utf8_lossy(name);
        let subject = Some(&*name).filter(|name| !name.is_empty());
        let sentence = error.sentence(Some(action), subject);
        Fault::of_client(&error, &sentence, error.hint_for(Some(action)))
    }
}

/// Makes the fault of an AT command of the program, which wants the answer as it was.
pub(super) fn typed(error: &Error) -> Fault {
    Fault::of_client(error, &error.describe(), error.hint())
}
