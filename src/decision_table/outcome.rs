//! How a login ends, by account and by how the client comes.

use crate::client::{Client, From, Password, Tls};

/// How a login ends once the account row is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The client is in.
    In,
    /// It is in, and may do nothing but set its password (M4.10).
    MustSetPassword,
    /// It depends on something beside the account: the interpreter is to be asked.
    Unsure,
    /// The server refuses with this error.
    Refused(u16),
}

/// A way to come.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// Over the socket.
    pub socket: bool,
    /// What it sends.
    pub password: Password,
    /// Its encryption.
    pub tls: Tls,
}

const PASSWORDS: [Password; 3] = [Password::None, Password::Wrong, Password::Given];
const ENCRYPTIONS: [Tls; 3] = [Tls::None, Tls::Ssl, Tls::X509];

/// Every way, in the order of their places.
pub const WAYS: [Way; 18] = {
    let mut ways = [Way { socket: false, password: Password::None, tls: Tls::None }; 18];
    let mut rest: &mut [Way] = &mut ways;
    let mut at = 0;
    while let [first, others @ ..] = rest {
        first.socket = at >= 9;
        first.password = match at % 9 / 3 {
            0 => Password::None,
            1 => Password::Wrong,
            _ => Password::Given,
        };
        first.tls = match at % 3 {
            0 => Tls::None,
            1 => Tls::Ssl,
            _ => Tls::X509,
        };
        rest = others;
        at += 1;
    }
    ways
};

/// The place of a client's way.
#[inline]
pub fn place(client: &Client) -> usize {
    let password = PASSWORDS.iter().position(|known| *known == client.password).unwrap_or(0);
    let tls = ENCRYPTIONS.iter().position(|known| *known == client.tls).unwrap_or(0);
    usize::from(client.from == From::Socket) * 9 + password * 3 + tls
}

impl Outcome {
    /// As a number.
    pub fn code(self) -> u64 {
        match self {
            Self::In => 0,
            Self::MustSetPassword => 1,
            Self::Unsure => 2,
            Self::Refused(errno) => u64::from(errno),
        }
    }

    /// From that number; what is none is unsure.
    pub fn of_code(code: u64) -> Self {
        match code {
            0 => Self::In,
            1 => Self::MustSetPassword,
            errno => u16::try_from(errno).ok().filter(|errno| *errno > 2).map_or(Self::Unsure, Self::Refused),
        }
    }
}
