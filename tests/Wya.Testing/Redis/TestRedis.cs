namespace Wya.Testing.Redis;

/// <summary>
/// The Redis program for tests, proofs and benchmarks, which start servers of their own with it because they kill them:
/// the one that <c>WYA_REDIS_SERVER</c> names (<c>./dev test</c> finds or installs it and sets it), else the system's.
/// </summary>
public static class TestRedis
{
    public const string Variable = "WYA_REDIS_SERVER";

    private static readonly Lazy<string?> Found = new(Find);

    public static string Program => Found.Value
        ?? throw new InvalidOperationException($"Install Redis 7 or later, set {Variable} to its program, or run ./dev test.");

    public static bool IsMissing => Found.Value is null;

    /// <summary>A missing program skips the test on a laptop, and fails it in CI.</summary>
    public static bool MaySkip => IsMissing && Environment.GetEnvironmentVariable("CI") is null or "";

    private static string? Find() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
            ? given
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Select(folder => Path.Combine(folder, "redis-server"))
                .FirstOrDefault(File.Exists);
}
