# Written by `lakegate synth`. Change the spec, not this file.

resource "aws_cloudwatch_log_group" "router" {
  name              = "/lakegate/acme-events/router"
  retention_in_days = 90
  kms_key_id        = aws_kms_key.hub.arn
}

# Subscribe your on-call contacts: lakegate does not know them.
resource "aws_sns_topic" "alarms" {
  name              = "acme-events-alarms"
  kms_master_key_id = aws_kms_key.hub.id
}

resource "aws_cloudwatch_metric_alarm" "s_1_9098_no_router" {
  alarm_name        = "acme-events-s-1-9098-no-router"
  alarm_description = "No healthy router for port 9098 of s-1. The load balancer then sends connections to all routers."
  namespace         = "AWS/NetworkELB"
  metric_name       = "HealthyHostCount"

  # Each zone counts the healthy hosts that it sees: the maximum is 0 only if no zone sees one.
  statistic = "Maximum"

  dimensions = {
    LoadBalancer = aws_lb.s_1.arn_suffix
    TargetGroup  = aws_lb_target_group.s_1_9098.arn_suffix
  }
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_log_metric_filter" "upstream_errors" {
  name           = "acme-events-upstream_errors"
  log_group_name = aws_cloudwatch_log_group.router.name
  pattern        = "{ $.code = \"LG_UPSTREAM_*\" }"

  metric_transformation {
    namespace     = "lakegate/acme-events"
    name          = "upstream_errors"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "upstream_errors" {
  alarm_name          = "acme-events-upstream-errors"
  alarm_description   = "Targets refuse connections, do not answer or do not resolve: see `code` and `target` in the log."
  namespace           = "lakegate/acme-events"
  metric_name         = "upstream_errors"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 20
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_log_metric_filter" "upstreams_down" {
  name           = "acme-events-upstreams_down"
  log_group_name = aws_cloudwatch_log_group.router.name
  pattern        = "{ $.note = \"upstream *\" && $.note = \"* is down: *\" }"

  metric_transformation {
    namespace     = "lakegate/acme-events"
    name          = "upstreams_down"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "upstreams_down" {
  alarm_name          = "acme-events-upstreams-down"
  alarm_description   = "Health checks of an upstream failed: see `note` in the log."
  namespace           = "lakegate/acme-events"
  metric_name         = "upstreams_down"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_log_metric_filter" "unknown_endpoints" {
  name           = "acme-events-unknown_endpoints"
  log_group_name = aws_cloudwatch_log_group.router.name
  pattern        = "{ $.code = \"LG_UNKNOWN_ENDPOINT\" }"

  metric_transformation {
    namespace     = "lakegate/acme-events"
    name          = "unknown_endpoints"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "unknown_endpoints" {
  alarm_name          = "acme-events-unknown-endpoints"
  alarm_description   = "Connections from an endpoint that is not in the endpoint map of the routers: compare it with the output nccs."
  namespace           = "lakegate/acme-events"
  metric_name         = "unknown_endpoints"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
