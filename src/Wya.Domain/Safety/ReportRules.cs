using Wya.Domain.Safety.Events;

namespace Wya.Domain.Safety;

/// <summary>How soon somebody looks at a report, by what it is about.</summary>
public static class ReportRules
{
    public static CasePriority PriorityOf(Category category) => category switch
    {
        Category.ChildSafety or Category.Threats or Category.SelfHarm => CasePriority.Immediate,
        Category.SexualContent or Category.Hate or Category.LocationAbuse => CasePriority.High,
        Category.Harassment or Category.Privacy or Category.Impersonation or Category.IllegalGoods => CasePriority.Medium,
        Category.Scam or Category.Spam or Category.FalseReporting or Category.Other => CasePriority.Low,
        _ => throw new ArgumentOutOfRangeException(nameof(category), category, null),
    };
}
