//! From arguments to an exit code.

fn main() {
    let code = tonight::cli::run(tonight::source::arguments());
    // Threads that missed their deadline cannot be stopped; the process ends without them.
    #[allow(clippy::exit, reason = "the only place that ends the process")]
    std::process::exit(code)
}
