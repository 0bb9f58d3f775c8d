namespace Wya.Cli;

internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Refused or failed, or there was nothing to change: a verb that did nothing has not done what it was asked for. One sentence on standard error says which.</summary>
    public const int Refused = 1;

    /// <summary>The command line itself makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>Ended by Ctrl-C, or because nobody reads the output any more.</summary>
    public const int Interrupted = 130;
}
