using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.Projections.Tests;

/// <summary>What holds of the stores of all domains alike.</summary>
public sealed class StorageRulesTests
{
    private static readonly string[] Kinds = ["type", "kind"];

    public static TheoryData<string> Names => [.. Domains.All.Select(domain => domain.Name)];

    /// <summary>A column that says which kind of thing another column's id names makes a table of anything at all.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    [Trait("seed", "P2")]
    public void No_table_holds_rows_that_refer_to_things_of_many_kinds(string domain) =>
        Tables(domain).SelectMany(table => Junctions(table.Name, table.ColumnNames)).ShouldBeEmpty();

    [Fact]
    public void A_planted_table_of_anything_is_seen() =>
        Junctions("likes", ["user_id", "target_type", "target_id"]).ShouldBe(["likes.target"]);

    /// <summary>What is no fold of a log is bookkeeping, and says so: everything else can be thrown away and made again.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    [Trait("seed", "P4")]
    public void Every_table_about_people_is_a_fold_of_events_or_says_that_it_is_none(string name)
    {
        DomainDefinition domain = Domains.All.Single(one => one.Name == name);
        string[] folded = [.. Tables(name).Select(table => table.Name)];
        foreach (PersonalTable table in domain.PersonalData.Tables)
        {
            bool isKept = domain.PrepareSql.Contains($"public.{table.Name}", StringComparison.Ordinal);
            folded.Contains(table.Name).ShouldBe(!table.IsNoReadModel && !isKept, table.Name);
        }

        folded.Distinct().Count().ShouldBe(folded.Length, "a table belongs to one read model");
    }

    [Fact]
    [Trait("seed", "P6")]
    public void Each_domain_has_a_database_of_its_own_and_no_table_in_another()
    {
        Domains.All.Select(domain => domain.Name).ShouldBe(["identity", "graph", "rooms", "messaging", "safety"]);
        string[] models = [.. Domains.All.SelectMany(domain => domain.Kept).Select(model => model.ProgressionName)];
        models.Distinct().Count().ShouldBe(models.Length, "a read model belongs to one domain");
    }

    private static IEnumerable<ITable> Tables(string domain) =>
        Domains.All.Single(one => one.Name == domain).Kept.SelectMany(model => model.Tables);

    private static IEnumerable<string> Junctions(string table, IEnumerable<string> columns)
    {
        HashSet<string> all = [.. columns];
        return from column in all
               from kind in Kinds
               where column.EndsWith($"_{kind}", StringComparison.Ordinal)
               let thing = column[..^(kind.Length + 1)]
               where all.Contains($"{thing}_id")
               select $"{table}.{thing}";
    }
}
