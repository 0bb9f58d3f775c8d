namespace Wya.Prove;

/// <summary>A proof: what it promises, and the run that shows it.</summary>
/// <param name="Name">One lower-case word, as given on the command line.</param>
/// <param name="Promises">Sentences, each a row of <c>docs/reference/promises.md</c>.</param>
internal sealed record Proof(
    string Name,
    IReadOnlyList<string> Promises,
    Func<ProofRun, CancellationToken, Task<Figures>> Run);

internal enum ProofSize
{
    /// <summary>Runs among the tests.</summary>
    Short,

    /// <summary>The sizes that the promises name.</summary>
    Standard,

    Long,
}

/// <summary>One run of one proof.</summary>
internal sealed record ProofRun(ProofSize Size, ProofEnvironment Environment, Action<string> Progress)
{
    public T Sized<T>(T brief, T standard, T extended) => Size switch
    {
        ProofSize.Short => brief,
        ProofSize.Standard => standard,
        _ => extended,
    };
}
