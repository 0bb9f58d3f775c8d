using Wya.Api.Http;

namespace Wya.Api.Console;

/// <summary>The API did not answer what a page is made of; the door shows why instead.</summary>
internal sealed class ApiRefused(ProblemBody problem) : Exception(problem.Title)
{
    public ProblemBody Problem { get; } = problem;
}
