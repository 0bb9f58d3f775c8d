namespace Wya.Cli;

/// <summary>The verb ends here and has changed nothing more; the message is the one sentence that the operator reads.</summary>
internal sealed class VerbRefusedException(string sentence, int exitCode = ExitCodes.Refused, Exception? cause = null) : Exception(sentence, cause)
{
    public int ExitCode { get; } = exitCode;
}
