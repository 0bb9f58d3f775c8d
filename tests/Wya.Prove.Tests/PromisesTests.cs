using Shouldly;
using Xunit;

namespace Wya.Prove.Tests;

/// <summary>The page of promises and the proofs say the same.</summary>
public sealed class PromisesTests
{
    [Fact]
    public void Every_promise_has_its_proof_and_every_proof_its_promises()
    {
        string[] documented =
            [.. from line in File.ReadLines(Path.Combine(Root(), "docs", "reference", "promises.md"))
                let cells = line.Split('|', StringSplitOptions.TrimEntries)
                where cells.Length >= 5 && cells[2].StartsWith('`')
                select $"{cells[2].Trim('`')}: {cells[1]}"];

        documented.ShouldBe(Proofs.All.SelectMany(proof => proof.Promises.Select(promise => $"{proof.Name}: {promise}")));
    }

    [Fact]
    public void Every_proof_has_the_figures_of_its_last_run_on_the_page()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "reference", "promises.md"));
        Proofs.All.ShouldAllBe(proof => page.Contains($"\n{proof.Name}: ", StringComparison.Ordinal));
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Wya.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        }

        return folder;
    }
}
