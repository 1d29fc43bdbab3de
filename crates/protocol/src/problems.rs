//! Where problems are declared.

/// Declares the functions that make problems, each with its code and its three sentences: what happened, what is
/// unchanged, what to do. The sentences may name the function's arguments in braces, as in [`format!`]. `again` after the
/// code says that trying the same again can help.
///
/// Problems are declared in the `words` of their room and nowhere else; `docs/problems.md` lists them, by test.
#[macro_export]
macro_rules! problems {
    ($(
        $(#[$doc:meta])*
        $vis:vis fn $name:ident($($arg:ident : $of:ty),* $(,)?) = $code:literal $($again:ident)? {
            $happened:literal
            $unchanged:literal
            $todo:literal
        }
    )*) => {
        $(
            $(#[$doc])*
            $vis fn $name($($arg: $of),*) -> $crate::Problem {
                let problem = $crate::Problem::new(
                    $code,
                    ::std::format!($happened),
                    ::std::format!($unchanged),
                    ::std::format!($todo),
                );
                $( let problem = $crate::problems!(@$again problem); )?
                problem
            }
        )*
    };
    (@again $problem:ident) => { $problem.can_try_again() };
}
