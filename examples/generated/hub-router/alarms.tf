# Written by `lakegate synth`. Change the spec, not this file.

resource "aws_cloudwatch_log_group" "router" {
  name              = "/lakegate/acme-hub/router"
  retention_in_days = 90
  kms_key_id        = aws_kms_key.hub.arn
}

# Subscribe your on-call contacts: lakegate does not know them.
resource "aws_sns_topic" "alarms" {
  name              = "acme-hub-alarms"
  kms_master_key_id = aws_kms_key.hub.id
}

resource "aws_cloudwatch_metric_alarm" "s_1_6379_no_router" {
  alarm_name        = "acme-hub-s-1-6379-no-router"
  alarm_description = "No healthy router for port 6379 of s-1. The load balancer then sends connections to all routers."
  namespace         = "AWS/NetworkELB"
  metric_name       = "HealthyHostCount"

  # Each zone counts the healthy hosts that it sees: the maximum is 0 only if no zone sees one.
  statistic = "Maximum"

  dimensions = {
    LoadBalancer = aws_lb.s_1.arn_suffix
    TargetGroup  = aws_lb_target_group.s_1_6379.arn_suffix
  }
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "s_1_8200_no_router" {
  alarm_name        = "acme-hub-s-1-8200-no-router"
  alarm_description = "No healthy router for port 8200 of s-1. The load balancer then sends connections to all routers."
  namespace         = "AWS/NetworkELB"
  metric_name       = "HealthyHostCount"
  statistic         = "Maximum"
  dimensions = {
    LoadBalancer = aws_lb.s_1.arn_suffix
    TargetGroup  = aws_lb_target_group.s_1_8200.arn_suffix
  }
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "s_2_3306_no_router" {
  alarm_name        = "acme-hub-s-2-3306-no-router"
  alarm_description = "No healthy router for port 3306 of s-2. The load balancer then sends connections to all routers."
  namespace         = "AWS/NetworkELB"
  metric_name       = "HealthyHostCount"
  statistic         = "Maximum"
  dimensions = {
    LoadBalancer = aws_lb.s_2.arn_suffix
    TargetGroup  = aws_lb_target_group.s_2_3306.arn_suffix
  }
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "s_2_5432_no_router" {
  alarm_name        = "acme-hub-s-2-5432-no-router"
  alarm_description = "No healthy router for port 5432 of s-2. The load balancer then sends connections to all routers."
  namespace         = "AWS/NetworkELB"
  metric_name       = "HealthyHostCount"
  statistic         = "Maximum"
  dimensions = {
    LoadBalancer = aws_lb.s_2.arn_suffix
    TargetGroup  = aws_lb_target_group.s_2_5432.arn_suffix
  }
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "s_3_1433_no_router" {
  alarm_name        = "acme-hub-s-3-1433-no-router"
  alarm_description = "No healthy router for port 1433 of s-3. The load balancer then sends connections to all routers."
  namespace         = "AWS/NetworkELB"
  metric_name       = "HealthyHostCount"
  statistic         = "Maximum"
  dimensions = {
    LoadBalancer = aws_lb.s_3.arn_suffix
    TargetGroup  = aws_lb_target_group.s_3_1433.arn_suffix
  }
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "s_3_1521_no_router" {
  alarm_name        = "acme-hub-s-3-1521-no-router"
  alarm_description = "No healthy router for port 1521 of s-3. The load balancer then sends connections to all routers."
  namespace         = "AWS/NetworkELB"
  metric_name       = "HealthyHostCount"
  statistic         = "Maximum"
  dimensions = {
    LoadBalancer = aws_lb.s_3.arn_suffix
    TargetGroup  = aws_lb_target_group.s_3_1521.arn_suffix
  }
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "s_3_3306_no_router" {
  alarm_name        = "acme-hub-s-3-3306-no-router"
  alarm_description = "No healthy router for port 3306 of s-3. The load balancer then sends connections to all routers."
  namespace         = "AWS/NetworkELB"
  metric_name       = "HealthyHostCount"
  statistic         = "Maximum"
  dimensions = {
    LoadBalancer = aws_lb.s_3.arn_suffix
    TargetGroup  = aws_lb_target_group.s_3_3306.arn_suffix
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
  name           = "acme-hub-upstream_errors"
  log_group_name = aws_cloudwatch_log_group.router.name
  pattern        = "{ $.code = \"LG_UPSTREAM_*\" }"

  metric_transformation {
    namespace     = "lakegate/acme-hub"
    name          = "upstream_errors"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "upstream_errors" {
  alarm_name          = "acme-hub-upstream-errors"
  alarm_description   = "Targets refuse connections, do not answer or do not resolve: see `code` and `target` in the log."
  namespace           = "lakegate/acme-hub"
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
  name           = "acme-hub-upstreams_down"
  log_group_name = aws_cloudwatch_log_group.router.name
  pattern        = "{ $.note = \"upstream *\" && $.note = \"* is down: *\" }"

  metric_transformation {
    namespace     = "lakegate/acme-hub"
    name          = "upstreams_down"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "upstreams_down" {
  alarm_name          = "acme-hub-upstreams-down"
  alarm_description   = "Health checks of an upstream failed: see `note` in the log."
  namespace           = "lakegate/acme-hub"
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
  name           = "acme-hub-unknown_endpoints"
  log_group_name = aws_cloudwatch_log_group.router.name
  pattern        = "{ $.code = \"LG_UNKNOWN_ENDPOINT\" }"

  metric_transformation {
    namespace     = "lakegate/acme-hub"
    name          = "unknown_endpoints"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "unknown_endpoints" {
  alarm_name          = "acme-hub-unknown-endpoints"
  alarm_description   = "Connections from an endpoint that is not in the endpoint map of the routers: compare it with the output nccs."
  namespace           = "lakegate/acme-hub"
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
